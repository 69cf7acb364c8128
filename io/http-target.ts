/** The two parts of what a request line asks for. */
export interface HttpTarget {
  /** Begins with `/`; still percent-encoded. */
  readonly path: string;
  /** Without the `?`; empty where there is none. */
  readonly query: string;
}

/**
 * Takes the target of a request line apart, whatever it is: by hand, since `new URL` throws on targets like `//[` that
 * the HTTP parser lets through. The absolute form counts as its path (RFC 9112, section 3.2.2).
 */
export function splitTarget(target: string): HttpTarget {
  const scheme = /^https?:\/\/[^/?#]*/i.exec(target);
  const rest = scheme === null ? target : target.slice(scheme[0].length) || "/";
  const mark = rest.indexOf("?");
  return mark < 0 ? { path: rest, query: "" } : { path: rest.slice(0, mark), query: rest.slice(mark + 1) };
}
