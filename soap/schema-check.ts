import { instanceNamespace } from "./namespaces.ts";
import { type Problem, problem, quoted } from "./problem.ts";
import type { ComplexType, Particle, SimpleType } from "./schema.ts";
import type { SimpleValue } from "./simple-type.ts";
import { isBlank, type XmlElement } from "./xml-tree.ts";

/** What the service asks of a value beyond its schema; returns the value to use, or what is wrong with it. */
export type Refine = (value: SimpleValue) => SimpleValue | Problem;

/** The refinements by the name of the simple type that they belong to. */
export type Refinements = ReadonlyMap<string, Refine>;

/** The fields of an element whose children all hold characters, by name. */
export type Fields = Readonly<Record<string, SimpleValue>>;

/**
 * Checks an element against its type and reads the values of its children: each one declared, in the order of the
 * schema, once, without attributes, with a value of its type. Exactly what a validator of XML Schema accepts is
 * accepted, apart from what `refinements` adds.
 */
export function readFields(
  element: XmlElement,
  type: ComplexType,
  namespace: string,
  refinements: Refinements,
): Fields | Problem {
  const wrong = wrongAttribute(element, type, namespace) ?? wrongText(element);
  if (wrong !== undefined) return wrong;
  const fields: Record<string, SimpleValue> = {};
  let next = 0;
  for (const particle of type.particles) {
    const child = element.children[next];
    if (child === undefined || child.local !== particle.name || child.uri !== namespace) {
      if (particle.isOptional) continue;
      return missing(element, particle, child);
    }
    const value = readField(child, particle, namespace, refinements);
    if (typeof value === "object") return value;
    fields[particle.name] = value;
    next++;
  }
  const left = element.children[next];
  return left === undefined ? fields : unexpected(element, left, type, namespace);
}

function readField(
  element: XmlElement,
  { type }: Particle,
  namespace: string,
  refinements: Refinements,
): SimpleValue | Problem {
  if (type.kind !== "simple") return problem(`${element.local} is not an element of a request.`);
  const wrong = wrongAttribute(element, type, namespace);
  if (wrong !== undefined) return wrong;
  const [child] = element.children;
  if (child !== undefined) return problem(`${element.local} holds a value and no element like ${quoted(child.local)}.`);
  const value = type.read(element.text);
  if (value === undefined) {
    return problem(`${element.local} is ${quoted(element.text)}; expected was: ${type.meaning}`);
  }
  const refined = refinements.get(type.name)?.(value) ?? value;
  return typeof refined === "object" ? problem(`${element.local}: ${refined.message}`) : refined;
}

/** Only hints for validators are permitted, and an `xsi:type` that names the type which the element has anyway. */
function wrongAttribute(element: XmlElement, type: SimpleType | ComplexType, namespace: string): Problem | undefined {
  for (const { uri, local } of element.attributes) {
    if (uri !== instanceNamespace) return problem(`${element.local} has an attribute ${quoted(local)}; it has none.`);
    switch (local) {
      case "schemaLocation":
      case "noNamespaceSchemaLocation":
        continue;
      case "type":
        if (isNamed(element, type, namespace)) continue;
        return problem(`The xsi:type of ${element.local} does not name its type in the contract; leave it out.`);
      default:
        return problem(`${element.local} has xsi:${local}, which is not permitted here; leave out what has no value.`);
    }
  }
  return undefined;
}

function isNamed({ typeName }: XmlElement, type: SimpleType | ComplexType, namespace: string): boolean {
  return type.name !== "" && typeName?.uri === namespace && typeName.local === type.name;
}

function wrongText(element: XmlElement): Problem | undefined {
  // A validator may take white space between elements, and libxml2 none of it from a CDATA section.
  return isBlank(element.text) && !element.hasCdata
    ? undefined
    : problem(`${element.local} holds elements and no text like ${quoted(element.text)}.`);
}

function missing(parent: XmlElement, particle: Particle, found: XmlElement | undefined): Problem {
  const place = found === undefined ? "but nothing more comes" : `but ${quoted(found.local)} stands there`;
  const meaning = particle.type.kind === "simple" ? ` (${particle.type.meaning})` : "";
  const hint = found?.local === particle.name ? ` in another namespace (${quoted(found.uri)})` : "";
  return problem(`${parent.local} needs ${particle.name}${meaning} here, ${place}${hint}.`);
}

function unexpected(parent: XmlElement, child: XmlElement, type: ComplexType, namespace: string): Problem {
  const order = type.particles.map(({ name, isOptional }) => (isOptional ? `${name} (optional)` : name)).join(", ");
  const hint = child.uri === namespace ? "" : ` of the namespace ${quoted(child.uri)}`;
  return problem(
    `${parent.local} has ${quoted(child.local)}${hint} where it may not stand; its elements are, in this order: ${order}.`,
  );
}
