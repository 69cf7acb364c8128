import { assert } from "../protocol/assert.ts";
import type { CallOperation } from "../protocol/call.ts";
import type { SoapVersion } from "../protocol/contract.ts";
import { operations } from "../protocol/operation.ts";
import { bindingNamespaces } from "./namespaces.ts";
import { escapeAttribute } from "./xml-escape.ts";
import { attributeOf, type XmlElement } from "./xml-tree.ts";

/** Every operation that clients can call, in the order of the contract. */
export const callOperations: readonly CallOperation[] = [...operations, "getRequestOutcome"];

const addressInTemplate = 'location="http://127.0.0.1:8080/soap/v1"';
const schemaInTemplate = /[ \t]*<xs:schema [^>]*>\s*<xs:include schemaLocation="booking\.xsd"\/>\s*<\/xs:schema>\n/;
const commentInTemplate = /<!--[\s\S]*?-->\n/;

/** Makes the document of each version from the template: the schema inside, the binding and the address its own. */
export class WsdlDocuments {
  readonly #texts: Readonly<Record<SoapVersion, string>>;

  constructor(template: string, schema: string) {
    const inline = schema.replace(/^<\?xml[^>]*\?>\s*/, "");
    assert(schemaInTemplate.test(template), "the WSDL template includes booking.xsd");
    assert(template.includes(addressInTemplate), "the WSDL template has the address of the service");
    assert(template.includes(bindingNamespaces["1.1"]), "the WSDL template has a binding of SOAP 1.1");
    const text = template.replace(commentInTemplate, "").replace(schemaInTemplate, () => inline);
    this.#texts = {
      "1.1": text,
      "1.2": text.replaceAll(`"${bindingNamespaces["1.1"]}"`, `"${bindingNamespaces["1.2"]}"`),
    };
  }

  /** The document of one version for a service at the given URL. */
  at(soapVersion: SoapVersion, serviceUrl: string): string {
    return this.#texts[soapVersion].replace(addressInTemplate, () => `location="${escapeAttribute(serviceUrl)}"`);
  }
}

/** The SOAPAction of every operation in a WSDL document, which has to name them all and no other. */
export function actionsOf(definitions: XmlElement): ReadonlyMap<CallOperation, string> {
  const binding = definitions.children.find(({ local }) => local === "binding");
  const found = (binding?.children ?? []).filter(({ local }) => local === "operation").map(actionOf);
  assert(found.length === callOperations.length, "the WSDL binds every operation once");
  return new Map(callOperations.map((operation) => [operation, actionNamed(found, operation)]));
}

function actionOf(operation: XmlElement): readonly [name: string | undefined, action: string | undefined] {
  const bound = operation.children.find(({ uri, local }) => uri === bindingNamespaces["1.1"] && local === "operation");
  return [attributeOf(operation, "", "name"), bound && attributeOf(bound, "", "soapAction")];
}

function actionNamed(found: readonly (readonly [string | undefined, string | undefined])[], operation: string): string {
  const action = found.find(([name]) => name === operation)?.[1];
  assert(action !== undefined && action !== "", `the WSDL has a SOAPAction for ${operation}`);
  return action;
}
