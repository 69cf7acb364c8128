import { assert } from "../protocol/assert.ts";
import type { Contract } from "../protocol/contract.ts";
import { FaultRenderer } from "./fault-renderer.ts";
import { refinementsFor } from "./refinements.ts";
import { ReplyRenderer } from "./reply-renderer.ts";
import { RequestDecoder } from "./request-decoder.ts";
import { compileSchema } from "./schema.ts";
import { actionsOf, callOperations, WsdlDocuments } from "./wsdl-documents.ts";
import { type XmlElement, XmlTreeReader } from "./xml-tree.ts";

/** The texts of the files in `wsdl/`. */
export interface ContractSources {
  /** `booking.xsd` */
  readonly schema: string;
  /** `booking.wsdl`, the template that both WSDL documents are made from. */
  readonly wsdl: string;
}

/** What the configuration of a cluster says about its contract. */
export interface ContractOptions {
  /** The theatres of this cluster: three capital letters each. */
  readonly theatres: readonly string[];
}

/** Compiles the schema into the codec of the service; stops the process when the schema says what it cannot check. */
export function compileContract(sources: ContractSources, { theatres }: ContractOptions): Contract {
  const schema = compileSchema(parse(sources.schema));
  const actions = actionsOf(parse(sources.wsdl));
  const decoder = new RequestDecoder(schema, actions, refinementsFor(theatres));
  const replies = new ReplyRenderer(schema, callOperations);
  const faults = new FaultRenderer(schema);
  const documents = new WsdlDocuments(sources.wsdl, sources.schema);
  return {
    decode: (request) => decoder.decode(request),
    renderReply: (soapVersion, reply) => replies.render(soapVersion, reply),
    renderFault: (soapVersion, fault, envelope) => faults.render(soapVersion, fault, envelope),
    wsdl: (soapVersion, serviceUrl) => documents.at(soapVersion, serviceUrl),
  };
}

function parse(text: string): XmlElement {
  const root = new XmlTreeReader({ depthMax: 32, elementsMax: 10_000 }).read(text, "utf-8");
  assert(root.kind === "element", "the files of the contract are XML");
  return root;
}
