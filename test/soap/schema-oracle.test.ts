import { expect } from "chai";
import fc from "fast-check";
import { bodyContent, decode, envelope, invalidity, namesInBody, namespace } from "./contract-under-test.ts";

interface Node {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: readonly string[];
  /** Serialized content before, between and after the children; one more than there are children. */
  readonly texts: readonly string[];
  readonly children: readonly Node[];
}

const parametersOf: Readonly<Record<string, readonly string[]>> = {
  addMovieSlots: ["adminID", "movieID", "movieName", "bookingCapacity", "requestId"],
  removeMovieSlots: ["adminID", "movieID", "movieName", "requestId"],
  listMovieShowsAvailability: ["movieName"],
  bookMovieTickets: ["customerID", "movieID", "movieName", "numberOfTickets", "requestId"],
  getBookingSchedule: ["customerID"],
  cancelMovieTickets: ["customerID", "movieID", "movieName", "numberOfTickets", "requestId"],
  exchangeTickets: ["customerID", "movieID", "movieName", "newMovieID", "newMovieName", "numberOfTickets", "requestId"],
  getRequestOutcome: ["callerID", "requestId"],
};
const operationNames = Object.keys(parametersOf);

const goodValues: Readonly<Record<string, string>> = {
  adminID: "ATWA1234",
  customerID: "VERC0001",
  callerID: "OUTA9999",
  movieID: "ATWM290224",
  newMovieID: "OUTE311299",
  movieName: "Le fabuleux destin",
  newMovieName: "Am&#xE9;lie",
  bookingCapacity: "1000000",
  numberOfTickets: "1",
  requestId: "urn:uuid:a-b_c.d",
};

// Theatres are always known ones: the schema leaves them to the service.
const values = [
  "",
  " ",
  "ATWC1234",
  "ATWA1234",
  " ATWA1234",
  "ATWA1234\n",
  "ATWA123",
  "ATWA12345",
  "atwa1234",
  "ATWB1234",
  "ATWA12\u0663\u0664",
  "ATWM160523",
  "ATWX160523",
  "ATWM290223",
  "ATWM290200",
  "ATWM300224",
  "ATWM310423",
  "ATWM001223",
  "ATWE311223",
  "ATWM320123",
  "ATWM161323",
  "ATWM160023",
  "ATWM160523 ",
  "ATWM1605230",
  "0",
  "1",
  "+1",
  "-1",
  "-0",
  "+0",
  "01",
  "000000000000000000000000000001",
  "1000000",
  "1000001",
  "01000000",
  "1.0",
  "1e3",
  "0x10",
  " 7 ",
  "\t7\n",
  "7 7",
  "12abc",
  "NaN",
  "INF",
  "99999999999",
  "2147483648",
  "99999999999999999999999999999999",
  "+ 1",
  "--1",
  "\u0661",
  "true",
  "a",
  "x".repeat(64),
  "x".repeat(65),
  "x".repeat(120),
  "x".repeat(121),
  `  ${"x".repeat(120)}\n\t`,
  `x${" ".repeat(118)}x`,
  `x${" ".repeat(119)}x`,
  "e\u0301".repeat(120),
  "e\u0301".repeat(121),
  "\u{1f600}".repeat(120),
  "\u{1f600}".repeat(121),
  " ".repeat(881) + "x".repeat(119),
  " ".repeat(882) + "x".repeat(119),
  "a b",
  "a\nb",
  "a:b",
  "a/b",
  "a{b",
  "__proto__",
  "&#x41;",
  "&amp;",
  "&lt;",
  "&#13;",
  "]]",
  "\u00a0",
  "\ufeff \u3000",
  `\u2003${"x".repeat(120)}\u00a0`,
  "\u00a0x",
];

const extraAttributes = [
  'a="1"',
  'id="__proto__"',
  '__proto__="1"',
  'constructor=""',
  'xml:lang="en"',
  'xsi:nil="true"',
  'xsi:nil="false"',
  'xsi:nil="1"',
  'xsi:type="xs:string"',
  'xsi:type="xs:int"',
  'xsi:type="t:MovieID"',
  'xsi:type=" t:Count "',
  'xsi:type="t:MovieName"',
  'xsi:type="t:RequestId"',
  'xsi:type="t:CustomerID"',
  'xsi:type="t:AdminID"',
  'xsi:type="t:Shows"',
  'xsi:type="u:x"',
  'xsi:type=""',
  'xsi:noNamespaceSchemaLocation="a.xsd"',
  'xsi:other="1"',
  't:a="1"',
  'xmlns:q="urn:q"',
];

const extraTexts = [
  " ",
  "\n  ",
  "x",
  "<!-- c -->",
  "<![CDATA[]]>",
  "<![CDATA[ ]]>",
  "<![CDATA[7]]>",
  "&#32;",
  "&#x9;",
  "\u00a0",
];
const names = [
  ...new Set(Object.values(parametersOf).flat()),
  ...operationNames,
  "bookMovieTicketsResponse",
  "BookingFault",
  "show",
  "__proto__",
  "constructor",
  "MovieID",
];
const namespaces = [namespace, "", "urn:quartet:booking:v2", "http://schemas.xmlsoap.org/soap/envelope/"];

function leaf(name: string, text: string): Node {
  return { name, namespace, attributes: [], texts: [text], children: [] };
}

function validRequest(operation: string, hasRequestId: boolean): Node {
  const isOptional = operation !== "getRequestOutcome";
  const used = parametersOf[operation]!.filter((name) => name !== "requestId" || hasRequestId || !isOptional);
  const children = used.map((name) => leaf(name, goodValues[name]!));
  return { name: operation, namespace, attributes: [], texts: ["", ...children.map(() => "")], children };
}

type Mutation = (node: Node) => Node;

/** Does something to the root or to one of its children. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 4,
    arbitrary: onChild(
      fc.constantFrom(...values).map(
        (text): Mutation =>
          (node) => ({ ...node, texts: [text, ...node.texts.slice(1)] }),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: onAny(
      fc.constantFrom(...extraAttributes).map(
        (attribute): Mutation =>
          (node) => ({ ...node, attributes: [...new Set([...node.attributes, attribute])] }),
      ),
    ),
  },
  onAny(
    fc.constantFrom(...names).map(
      (name): Mutation =>
        (node) => ({ ...node, name }),
    ),
  ),
  onAny(
    fc.constantFrom(...namespaces).map(
      (uri): Mutation =>
        (node) => ({ ...node, namespace: uri }),
    ),
  ),
  {
    weight: 2,
    arbitrary: onAny(
      fc.tuple(fc.nat(9), fc.constantFrom(...extraTexts)).map(
        ([at, text]): Mutation =>
          (node) => {
            const place = at % node.texts.length;
            return { ...node, texts: node.texts.map((old, index) => (index === place ? old + text : old)) };
          },
      ),
    ),
  },
  onAny(
    fc.tuple(fc.nat(9), fc.constantFrom(...names)).map(
      ([at, name]): Mutation =>
        (node) =>
          insert(node, at, leaf(name, goodValues[name] ?? "1")),
    ),
  ),
  fc.nat(9).map(
    (at): Mutation =>
      (node) =>
        remove(node, at),
  ),
  fc.nat(9).map(
    (at): Mutation =>
      (node) =>
        node.children.length === 0 ? node : insert(node, at, node.children[at % node.children.length]!),
  ),
  fc.nat(9).map(
    (at): Mutation =>
      (node) => {
        const child = node.children[at % Math.max(1, node.children.length)];
        return child === undefined ? node : insert(remove(node, at), at + 1, child);
      },
  ),
);

function onChild(inner: fc.Arbitrary<Mutation>): fc.Arbitrary<Mutation> {
  return fc.tuple(fc.nat(9), inner).map(([at, mutate]) => (node) => ({
    ...node,
    children: node.children.map((child, index) => (index === at % node.children.length ? mutate(child) : child)),
  }));
}

function onAny(inner: fc.Arbitrary<Mutation>): fc.Arbitrary<Mutation> {
  return fc.oneof({ weight: 1, arbitrary: inner }, { weight: 3, arbitrary: onChild(inner) });
}

function insert(node: Node, at: number, child: Node): Node {
  const place = at % (node.children.length + 1);
  return { ...node, texts: ["", ...node.texts], children: node.children.toSpliced(place, 0, child) };
}

function remove(node: Node, at: number): Node {
  if (node.children.length === 0) return node;
  return { ...node, texts: node.texts.slice(1), children: node.children.toSpliced(at % node.children.length, 1) };
}

function serialize(node: Node, isRoot = true): string {
  const declarations = isRoot
    ? ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="${namespace}"`
    : "";
  const attributes = node.attributes.map((attribute) => ` ${attribute}`).join("");
  let content = node.texts[0] ?? "";
  for (const [index, child] of node.children.entries())
    content += serialize(child, false) + (node.texts[index + 1] ?? "");
  return `<${node.name} xmlns="${node.namespace}"${declarations}${attributes}>${content}</${node.name}>`;
}

const mutated = fc
  .tuple(fc.constantFrom(...operationNames), fc.boolean(), fc.array(mutation, { maxLength: 3 }))
  .map(([operation, hasRequestId, mutations]) =>
    serialize(mutations.reduce((node, mutate) => mutate(node), validRequest(operation, hasRequestId))),
  );

/** Valid for libxml2, and one of the elements that ask for something. */
function isAcceptedByOracle(document: string): boolean {
  if (invalidity(document, bodyContent) !== undefined) return false;
  const [name, ...others] = namesInBody(document);
  return others.length === 0 && operationNames.some((operation) => name === `{${namespace}}${operation}`);
}

/** Names of namespaces are compared and never looked up, and libxml2 alone wants them to be URIs. */
function expectSound(document: string): void {
  if (decode(document).kind !== "call") return;
  const isUriOnly = invalidity(document, bodyContent)?.includes("is not a valid URI") ?? false;
  expect(isUriOnly || isAcceptedByOracle(document), document).to.equal(true);
}

describe("soap: schema oracle", () => {
  it("takes exactly the requests that libxml2 finds valid", () => {
    const counts = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(mutated, (content) => {
        const document = envelope(content);
        const decoded = decode(document);
        counts[decoded.kind === "call" ? "taken" : "refused"]++;
        const why = decoded.kind === "call" ? "taken" : decoded.fault.message;
        expect(decoded.kind === "call", `${why}\n${document}\n${invalidity(document, bodyContent)}`).to.equal(
          isAcceptedByOracle(document),
        );
      }),
      { numRuns: 4000 },
    );
    expect(counts.taken).to.be.greaterThan(400);
    expect(counts.refused).to.be.greaterThan(400);
  }).timeout(60_000);

  it("agrees with libxml2 about every value of every parameter", () => {
    for (const [operation, parameters] of Object.entries(parametersOf)) {
      for (const parameter of parameters) {
        for (const value of values) {
          const node = validRequest(operation, true);
          const children = node.children.map((child) => (child.name === parameter ? leaf(parameter, value) : child));
          const document = envelope(serialize({ ...node, children }));
          const title = `${operation} with ${parameter} ${JSON.stringify(value)}`;
          expect(decode(document).kind === "call", title).to.equal(isAcceptedByOracle(document));
        }
      }
    }
  }).timeout(60_000);

  it("takes no document that libxml2 cannot read, whatever single character is changed", () => {
    const text = envelope(serialize(validRequest("bookMovieTickets", true)));
    const characters = [
      ...Array.from("<>&\"'/=:!?-[]; \n\tax1\u0000\u0001\u00e9\ufffe\u{1f600}"),
      "&#0;",
      "&x;",
      "<!--",
      "-->",
      "<?x?>",
    ];
    for (let at = 0; at <= text.length; at += 1) {
      for (const character of characters) {
        const inserted = text.slice(0, at) + character + text.slice(at);
        expectSound(inserted);
      }
      const shortened = text.slice(0, at) + text.slice(at + 1);
      expectSound(shortened);
    }
  }).timeout(60_000);
});
