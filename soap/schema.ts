import { assert } from "../protocol/assert.ts";
import { schemaNamespace } from "./namespaces.ts";
import { type BaseType, compileSimple, type Facets, type ReadSimple } from "./simple-type.ts";
import { attributeOf, type XmlElement } from "./xml-tree.ts";

/** A type whose values are characters. */
export interface SimpleType {
  readonly kind: "simple";
  /** Name in the target namespace; empty for a type of XML Schema itself. */
  readonly name: string;
  readonly base: BaseType;
  readonly read: ReadSimple;
  /** What its documentation says a value is. */
  readonly meaning: string;
}

/** A type whose values are elements in a fixed order. */
export interface ComplexType {
  readonly kind: "complex";
  /** Name in the target namespace; empty for the type of one element only. */
  readonly name: string;
  readonly particles: readonly Particle[];
}

/** One place in a sequence. */
export interface Particle {
  readonly name: string;
  readonly type: SimpleType | ComplexType;
  readonly isOptional: boolean;
  /** True when it may stand any number of times. */
  readonly isList: boolean;
}

/** A compiled schema. */
export interface Schema {
  readonly namespace: string;
  /** The global elements and their types. */
  readonly elements: ReadonlyMap<string, ComplexType>;
}

const builtIns: ReadonlyMap<string, BaseType> = new Map([
  ["xs:string", "string"],
  ["xs:int", "int"],
  ["xs:long", "long"],
  ["xs:boolean", "boolean"],
]);

/**
 * Compiles a schema document. It knows the part of XML Schema that the contract is written in and stops the process
 * at anything else, so that no rule of the schema can be passed over in silence.
 */
export function compileSchema(root: XmlElement): Schema {
  expectElement(root, "schema", ["targetNamespace", "elementFormDefault"]);
  assert(attribute(root, "elementFormDefault") === "qualified", "the elements of the schema are qualified");
  const compiler = new SchemaCompiler(root);
  const elements = new Map<string, ComplexType>();
  for (const child of partsOf(root)) {
    if (child.local === "element") elements.set(attribute(child, "name"), compiler.globalElement(child));
    else assert(["simpleType", "complexType"].includes(child.local), `xs:${child.local} is not known here`);
  }
  return { namespace: attribute(root, "targetNamespace"), elements };
}

class SchemaCompiler {
  readonly #named = new Map<string, XmlElement>();
  readonly #types = new Map<string, SimpleType | ComplexType>();

  constructor(root: XmlElement) {
    for (const child of partsOf(root)) {
      if (child.local !== "element") this.#named.set(`tns:${attribute(child, "name")}`, child);
    }
  }

  globalElement(node: XmlElement): ComplexType {
    expectElement(node, "element", ["name"]);
    const [type, ...rest] = partsOf(node);
    assert(type !== undefined && rest.length === 0, "a global element has a type of its own");
    return this.#complex(type, "");
  }

  #typeNamed(name: string): SimpleType | ComplexType {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const node = this.#named.get(name);
    const type = node === undefined ? builtIn(name) : this.#compile(node);
    this.#types.set(name, type);
    return type;
  }

  #compile(node: XmlElement): SimpleType | ComplexType {
    const name = attribute(node, "name");
    return node.local === "simpleType" ? compileSimpleType(node, name) : this.#complex(node, name);
  }

  #complex(node: XmlElement, name: string): ComplexType {
    expectElement(node, "complexType", ["name"]);
    const [sequence, ...rest] = partsOf(node);
    assert(sequence !== undefined && rest.length === 0, "a complex type is one sequence");
    expectElement(sequence, "sequence", []);
    return { kind: "complex", name, particles: partsOf(sequence).map((part) => this.#particle(part)) };
  }

  #particle(node: XmlElement): Particle {
    expectElement(node, "element", ["name", "type", "minOccurs", "maxOccurs"]);
    assert(partsOf(node).length === 0, "an element in a sequence has a named type");
    const min = attributeOf(node, "", "minOccurs") ?? "1";
    const max = attributeOf(node, "", "maxOccurs") ?? "1";
    assert(min === "0" || min === "1", "an element stands at least 0 or 1 times");
    assert(max === "1" || (max === "unbounded" && min === "0"), "a list may be empty and has no end");
    const type = this.#typeNamed(attribute(node, "type"));
    return { name: attribute(node, "name"), type, isOptional: min === "0", isList: max === "unbounded" };
  }
}

function builtIn(name: string): SimpleType {
  const base = builtIns.get(name);
  assert(base !== undefined, `the type ${name} is not known here`);
  return { kind: "simple", name: "", base, read: compileSimple(base, { patterns: [] }), meaning: `an ${name}` };
}

function compileSimpleType(node: XmlElement, name: string): SimpleType {
  expectElement(node, "simpleType", ["name"]);
  const [restriction, ...rest] = partsOf(node);
  assert(restriction !== undefined && rest.length === 0, "a simple type is one restriction");
  expectElement(restriction, "restriction", ["base"]);
  const base = builtIns.get(attribute(restriction, "base"));
  assert(base !== undefined, `the type ${name} restricts a type of XML Schema`);
  return {
    kind: "simple",
    name,
    base,
    read: compileSimple(base, facetsOf(restriction)),
    meaning: documentationOf(node),
  };
}

function facetsOf(restriction: XmlElement): Facets {
  const patterns: string[] = [];
  const facets: { -readonly [Name in keyof Facets]: Facets[Name] } = { patterns };
  for (const facet of partsOf(restriction)) {
    expectElement(facet, facet.local, ["value"]);
    const value = attribute(facet, "value");
    if (facet.local === "pattern") patterns.push(value);
    else if (facet.local === "minLength") facets.lengthMin = Number(value);
    else if (facet.local === "maxLength") facets.lengthMax = Number(value);
    else if (facet.local === "minInclusive") facets.min = Number(value);
    else if (facet.local === "maxInclusive") facets.max = Number(value);
    else assert(false, `the facet xs:${facet.local} is not known here`);
  }
  // Several patterns of one restriction are alternatives in XML Schema, and all of them bind in the compiled type.
  assert(patterns.length <= 1, "a restriction has at most one pattern");
  return facets;
}

/** The parts of a schema component without what is said about it for people. */
function partsOf(node: XmlElement): readonly XmlElement[] {
  return node.children.filter((child) => child.local !== "annotation");
}

function documentationOf(node: XmlElement): string {
  const annotation = node.children.find((child) => child.local === "annotation");
  return annotation?.children[0]?.text ?? "";
}

function attribute(node: XmlElement, name: string): string {
  const value = attributeOf(node, "", name);
  assert(value !== undefined, `xs:${node.local} has the attribute ${name}`);
  return value;
}

function expectElement(node: XmlElement, local: string, attributes: readonly string[]): void {
  assert(node.uri === schemaNamespace && node.local === local, `xs:${local} is expected and not ${node.local}`);
  for (const { local: name } of node.attributes) {
    assert(attributes.includes(name), `the attribute ${name} of xs:${local} is not known here`);
  }
}
