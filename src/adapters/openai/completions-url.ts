/** Where chat completions are asked for. @param base the address of the API, with or without a slash at its end */
export function completionsUrl(base: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/chat/completions`;
  return url.href;
}
