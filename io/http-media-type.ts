/** A Content-Type taken apart; type and parameter names are in lower case. */
export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const typeForm = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+/;
const parameterForm = /\s*;\s*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/y;

/** Reads a Content-Type; `undefined` when it is not one (RFC 9110, section 8.3.1). */
export function readMediaType(text: string): MediaType | undefined {
  const trimmed = text.trim();
  const type = typeForm.exec(trimmed)?.[0];
  if (type === undefined) return undefined;
  const parameters = new Map<string, string>();
  let at = type.length;
  while (at < trimmed.length) {
    parameterForm.lastIndex = at;
    const found = parameterForm.exec(trimmed);
    if (found === null) return undefined;
    const [all, name, quoted, plain] = found;
    if (name !== undefined) parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
    at += all.length;
  }
  return { type: type.toLowerCase(), parameters };
}
