import { type ServiceTrouble, troubleOf } from "./service-trouble.ts";
import { fieldOf } from "./soap-reply.ts";

/** A question to the JSON interface. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

/** How a question to the JSON interface ended; a problem has the form of RFC 9457. */
export type ApiOutcome =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "problem"; readonly status: number; readonly message: string }
  | ServiceTrouble;

const timeoutMs = 15_000;

/** Asks the JSON interface of a service. Never rejects. */
export async function askApi(url: string, { method, path, body }: ApiRequest): Promise<ApiOutcome> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url + path, { method, headers, signal, redirect: "manual", ...content });
    return readAnswer(response.status, response.headers.get("content-type") ?? "", await response.text());
  } catch (error) {
    return troubleOf(error);
  }
}

function readAnswer(status: number, contentType: string, text: string): ApiOutcome {
  const value = parseJson(text);
  const title = fieldOf(value, "title");
  if (contentType.startsWith("application/problem+json") && typeof title === "string") {
    const detail = fieldOf(value, "detail");
    return { kind: "problem", status, message: typeof detail === "string" ? `${title}: ${detail}` : title };
  }
  if (value === undefined || status >= 300) return { kind: "foreign", detail: `HTTP ${status} without our JSON` };
  return { kind: "json", value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
