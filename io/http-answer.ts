/** What a route is asked. */
export interface RouteRequest {
  /** The `:names` of the path, percent-decoded; what `*` stands for under `*`. */
  readonly params: Readonly<Record<string, string>>;
  /** The query; the first one counts where a name comes twice. */
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON of a POST or DELETE; `undefined` when there was none. */
  readonly body: unknown;
  /** Where a reader of a stream of events was when it lost it. */
  readonly lastEventId?: string;
}

/** What a route answers. */
export type HttpAnswer =
  | { readonly kind: "json"; readonly status: number; readonly value: unknown }
  | {
      readonly kind: "content";
      readonly status: number;
      readonly contentType: string;
      readonly content: string | Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "problem"; readonly status: number; readonly title: string; readonly detail?: string }
  | {
      readonly kind: "stream";
      readonly contentType: string;
      /** Starts to send; what it returns is called once when the reader is gone. A `send` to one who is gone does nothing. */
      readonly start: (send: (text: string) => void) => () => void;
    };

/** One path of the JSON interface. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Segments; `:name` stands for one segment, a `*` at the end for all that is left. */
  readonly path: string;
  readonly handle: (request: RouteRequest) => Promise<HttpAnswer>;
}
