import { assert } from "../protocol/assert.ts";
import type { CallOperation, CallReply } from "../protocol/call.ts";
import type { SoapVersion } from "../protocol/contract.ts";
import { refusalMessage } from "./messages.ts";
import { envelopeNamespaces } from "./namespaces.ts";
import type { ComplexType, Particle, Schema, SimpleType } from "./schema.ts";
import { escapeText } from "./xml-escape.ts";

type RenderValue = (value: unknown) => string;
type RenderReply = (reply: CallReply) => string;

/** Writes replies from templates that are made of the schema once: what is the same in every reply is never rebuilt. */
export class ReplyRenderer {
  readonly #namespace: string;
  readonly #renderers: ReadonlyMap<CallOperation, RenderReply>;

  constructor(schema: Schema, operations: readonly CallOperation[]) {
    this.#namespace = schema.namespace;
    this.#renderers = new Map(operations.map((operation) => [operation, this.#compile(schema, operation)]));
  }

  /** The envelope of an answer. */
  render(soapVersion: SoapVersion, reply: CallReply): string {
    const renderBody = this.#renderers.get(reply.operation);
    assert(renderBody !== undefined, "every operation has a template");
    return envelopeStarts[soapVersion] + renderBody(reply) + envelopeEnd;
  }

  #compile(schema: Schema, operation: CallOperation): RenderReply {
    const name = `${operation}Response`;
    const type = schema.elements.get(name);
    assert(type !== undefined, `the schema has an element ${name}`);
    const start = `<${name} xmlns="${this.#namespace}">`;
    const end = `</${name}>`;
    const parts = type.particles.map(compileReplyPart);
    return (reply) => {
      let text = start;
      for (const part of parts) text += part(reply);
      return text + end;
    };
  }
}

/** The envelope up to the content of its body; the prefix is one that every toolkit has seen. */
export const envelopeStarts: Readonly<Record<SoapVersion, string>> = {
  "1.1": envelopeStart("1.1"),
  "1.2": envelopeStart("1.2"),
};

/** What ends an envelope that one of `envelopeStarts` began. */
export const envelopeEnd = "</soap:Body></soap:Envelope>";

function envelopeStart(soapVersion: SoapVersion): string {
  const namespace = envelopeNamespaces[soapVersion];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${namespace}"><soap:Body>`;
}

/** A part of a response: of the reply, for people, or a field of the answer. */
function compileReplyPart(particle: Particle): RenderReply {
  const render = compileParticle(particle);
  const { name } = particle;
  if (name === "sequence" || name === "requestId") return (reply) => render(reply[name]);
  if (name === "message") return (reply) => render(messageOf(reply));
  return ({ answer }) => render((answer as unknown as Record<string, unknown>)[name]);
}

function messageOf({ operation, answer }: CallReply): string | undefined {
  return answer.outcome === "REFUSED" ? refusalMessage(operation, answer.reason) : undefined;
}

/** Writes a value with its tags; nothing when it is absent and may be. */
function compileParticle({ name, type, isOptional }: Particle): RenderValue {
  const start = `<${name}>`;
  const end = `</${name}>`;
  const render = type.kind === "simple" ? compileSimple(type) : compileComplex(type);
  return (value) => {
    if (value !== undefined) return start + render(value) + end;
    assert(isOptional, `a reply has ${name}`);
    return "";
  };
}

function compileSimple({ base }: SimpleType): RenderValue {
  return base === "string" ? (value) => escapeText(value as string) : String;
}

/** A wrapper of a list takes the list itself; any other complex type takes an object with its fields. */
function compileComplex({ particles }: ComplexType): RenderValue {
  const [only] = particles;
  if (only?.isList) {
    assert(particles.length === 1, "a list has a wrapper element of its own");
    const renderItem = compileParticle(only);
    return (value) => {
      let text = "";
      for (const item of value as readonly unknown[]) text += renderItem(item);
      return text;
    };
  }
  const fields = particles.map((particle) => ({ name: particle.name, render: compileParticle(particle) }));
  return (value) => {
    let text = "";
    for (const { name, render } of fields) text += render((value as Record<string, unknown>)[name]);
    return text;
  };
}
