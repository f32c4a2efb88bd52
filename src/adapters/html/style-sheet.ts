import { type Colours, dark, light } from "../../core/report/colours.ts";

function variables(colours: Colours): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value};`)
    .join("");
}

/** The page's looks, for screens in light and dark and for paper. */
export const styleSheet = `
:root{${variables(light)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{max-width:760px;margin:0 auto;padding:2.5rem 20px 3rem}
h1,h2{line-height:1.2;text-wrap:balance;letter-spacing:-.01em}
h1{font-size:clamp(1.7rem,5vw,2.4rem);margin:.2rem 0 1.1rem}
h2{font-size:1.3rem;margin:0 0 .4rem}
p{margin:.3rem 0 .9rem;text-wrap:pretty}
section{margin-top:2.8rem}
.brand{margin:0;font-weight:600;color:var(--muted)}
.answer{font-size:1.25rem;line-height:1.45;margin:0 0 .9rem;padding:1rem 1.15rem;border-left:5px solid;background:var(--raised)}
.answer.met{border-color:var(--good)}
.answer.missed{border-color:var(--bad)}
.met strong{color:var(--good)}
.missed strong{color:var(--bad)}
.sign{font-weight:600}
.sign.met{color:var(--good)}
.sign.missed{color:var(--bad)}
.subtitle{color:var(--muted)}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;margin:1.6rem 0 0;background:var(--rule);border:1px solid var(--rule)}
.figures div{background:var(--ground);padding:.8rem .9rem}
.figures dt{font-size:.9rem}
.figures dd>.kind{display:block;width:max-content;margin:.35rem 0 .1rem;letter-spacing:.01em}
.figures dd{margin:.15rem 0 0;font-size:1.6rem;font-weight:600;line-height:1.2;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.figures small{display:block;margin-top:.35rem;font-size:.8rem;font-weight:400;line-height:1.35;color:var(--muted);letter-spacing:0}
.kind{display:inline-block;padding:0 .35em;border:1px solid var(--rule);border-radius:3px;font-size:.7rem;font-weight:400;line-height:1.35;color:var(--muted);white-space:nowrap;letter-spacing:.01em}
.kind.declared{border-style:dashed;border-color:var(--muted)}
figure{margin:1.2rem 0}
figure svg{display:block;width:100%;height:auto;font-variant-numeric:tabular-nums}
.narrow{display:none}
.table{overflow-x:auto}
.table+.table{margin-top:1.6rem}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.85rem;padding-bottom:.3rem}
th,td{text-align:left;vertical-align:top;padding:.42rem .9rem .42rem 0;border-top:1px solid var(--rule);font-weight:400}
thead th{border-top:0;font-weight:600;font-size:.85rem;vertical-align:bottom}
th.end,td.end{text-align:right}
td.end,th[scope=row]{white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
details{margin-top:.4rem}
summary{cursor:pointer;color:var(--muted);font-size:.92rem;padding:.3rem 0}
.label{margin:.9rem 0 .2rem;font-size:.85rem;color:var(--muted)}
pre{margin:0;padding:.7rem .9rem;background:var(--raised);white-space:pre-wrap;overflow-wrap:anywhere;font:.86rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--rule);color:var(--muted);font-size:.88rem}
footer p{margin:.2rem 0}
@media (max-width:640px){
main{padding-top:1.6rem}
.figures{grid-template-columns:1fr 1fr}
.wide{display:none}
.narrow{display:block}
th[scope=row]{white-space:normal}
th,td{padding-right:.6rem}
}
@media print{
@page{size:A4;margin:16mm}
body{font-size:10.5pt}
main{max-width:none;padding:0}
section,figure,tr,pre{break-inside:avoid}
h2{break-after:avoid}
section{margin-top:1.8rem}
details{display:none}
.wide{display:block}
.narrow{display:none}
.figures{grid-template-columns:repeat(4,1fr)}
.answer,.figures,pre,figure{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
