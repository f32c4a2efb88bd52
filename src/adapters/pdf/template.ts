import { light } from "../../core/report/colours.ts";

/**
 * The paper form of any report, in Typst. The document arrives as JSON in `sys.inputs.document`, so that no text of it is
 * read as markup. Both typefaces are part of the compiler: a machine without fonts prints the same pages.
 */
export const typefaces = { text: "Libertinus Serif", code: "DejaVu Sans Mono" } as const;

export const template = `
#let report = json(bytes(sys.inputs.document))
#let ink = rgb("${light.ink}")
#let muted = rgb("${light.muted}")
#let hairline = 0.5pt + rgb("${light.rule}")
#let tone = if report.answer.verdict == "met" { rgb("${light.good}") } else { rgb("${light.bad}") }

#set document(
  title: report.title,
  author: "Holdfast",
  date: datetime(year: report.day.at(0), month: report.day.at(1), day: report.day.at(2)),
)
#set text(font: ("${typefaces.text}", "${typefaces.code}"), size: 10.5pt, fill: ink, lang: "en", number-width: "tabular")
#show raw: set text(font: "${typefaces.code}", size: 8.5pt)
#set par(leading: 0.62em, spacing: 0.9em)
#set page(
  paper: "a4",
  margin: (x: 22mm, top: 20mm, bottom: 22mm),
  footer: context {
    set text(size: 8.5pt, fill: muted)
    grid(
      columns: (1fr, auto),
      [Holdfast #sym.dot.c #report.title],
      [page #counter(page).display() of #counter(page).final().first()],
    )
  },
)
#show "✗": set text(fill: rgb("${light.bad}"))
#show "✓": set text(fill: rgb("${light.good}"))
#show heading.where(level: 1): set text(size: 23pt, weight: "semibold")
#show heading.where(level: 2): it => block(below: 0.7em, sticky: true, text(size: 14pt, weight: "semibold", it.body))

#let kind(name) = if name != none {
  h(0.35em)
  box(
    baseline: 1.8pt,
    inset: (x: 2.5pt, y: 1.8pt),
    radius: 1.5pt,
    stroke: if name == "declared" { (paint: muted, thickness: 0.4pt, dash: "densely-dotted") } else { 0.4pt + rgb("#b9c2c9") },
    text(size: 7pt, weight: "regular", fill: muted, name),
  )
}
#let labelled(cell, told) = { cell.text; if cell.kind != told { kind(cell.kind) } }

#let drawn-table(data) = block(breakable: data.rows.len() > 10, {
  block(above: 1.3em, below: 0.5em, sticky: true, text(size: 9pt, fill: muted, data.caption))
  let side(name) = if name == "end" { right } else { left }
  let last = data.columns.len() - 1
  set text(size: 9pt) if data.columns.len() > 4
  set table.cell(breakable: false)
  table(
    columns: data.columns.map(column => if column.width == "own" { auto } else { column.width * 1fr }),
    align: (x, y) => side(data.columns.at(x).align),
    inset: (x, y) => (left: 0pt, right: if x == last { 0pt } else { 12pt }, y: 5pt),
    stroke: (x, y) => if y == 0 { (bottom: 0.6pt + muted) } else { (bottom: hairline) },
    table.header(
      ..data.columns.map(column => {
        set text(weight: "semibold", size: 9.5pt)
        column.name
        kind(column.kind)
      }),
    ),
    ..data.rows.map(row => row.enumerate().map(((index, cell)) => labelled(cell, data.columns.at(index).kind))).flatten(),
  )
})

#text(weight: "semibold", fill: muted)[Holdfast]
#v(-0.4em)
= #report.title
#block(
  width: 100%,
  above: 1.4em,
  below: 1.2em,
  inset: (x: 12pt, y: 11pt),
  fill: rgb("#f5f7f8"),
  stroke: (left: 3.5pt + tone),
  text(size: 13pt)[#text(weight: "semibold", fill: tone)[#report.answer.word.] #report.answer.text],
)
#text(fill: muted)[#report.subtitle.\\ #report.date]

#block(
  above: 1.6em,
  grid(
    columns: report.keyFigures.map(_ => 1fr),
    stroke: hairline,
    inset: 9pt,
    ..report.keyFigures.map(figure => [
      #text(size: 9.5pt, figure.name)
      #block(above: 0.55em, below: 0.6em, text(size: 17pt, weight: "semibold", figure.text))
      #h(-0.35em)#kind(figure.kind)
      #block(above: 0.6em, text(size: 8.5pt, fill: muted, labelled(figure.note, figure.kind)))
    ]),
  ),
)

#let drawn-block(part) = {
  if part.kind == "chart" {
    block(above: 1.2em, below: 1.2em, breakable: false, image(bytes(part.svg), format: "svg", width: part.widthShare * 100%, alt: part.meaning))
    if part.table != none { drawn-table(part.table) }
  } else if part.kind == "table" {
    drawn-table(part.table)
  } else {
    block(above: 1em, below: 0.45em, sticky: true, text(size: 9pt, fill: muted, part.label))
    block(width: 100%, fill: rgb("#f5f7f8"), inset: 8pt, raw(part.code))
  }
}

// A section is kept on one page, but for those with a chart or many rows, which are tall.
#let is-tall(section) = section.blocks.any(part => part.kind == "chart") or section.blocks.filter(part => part.kind == "table").map(part => part.table.rows.len()).sum(default: 0) > 8
#for section in report.sections {
  block(above: 2.1em, breakable: is-tall(section))[
    #heading(level: 2, section.heading)
    #block(sticky: true, section.lead)
    #for part in section.blocks { drawn-block(part) }
  ]
}

#block(above: 2.4em, width: 100%, breakable: false, stroke: (top: hairline), inset: (top: 9pt))[
  #set text(size: 8.8pt, fill: muted)
  #set par(spacing: 0.5em)
  #for note in report.notes { par(note) }
]
`;
