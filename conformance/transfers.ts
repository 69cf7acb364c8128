import { type Conversation, type Input, leadingTo, type Output } from "./conversation.ts";
import { firstDifference } from "./difference.ts";
import { type Rule, RuleBroken } from "./rule.ts";
import { book, given, list, requestsOf, type Step, schedule } from "./step.ts";

const emptyDigest = "643d5437104296e21d906ecb15b2c96ad278f20cfc4af53b12bb6069bd853726";
const richDigest = "aafca4388e0f0b47a7b3b90ae7203ffe55dd8e7cbbdaa0dda51c4ef0b3f51e6f";
const afterDigest = "6b05d43746a7155805c3654ce5fba4890bfbe9788f76eef439740fbfd70b583a";

const rich = given(
  [
    ["OUTM110523", "Amélie", 1],
    ["ATWM120523", 'Say "Hi" \\ / <&>', 1_000_000],
    ["ATWM120523", "Ａ", 2],
    ["ATWM120523", "🎬 \u2028\u007f", 3],
    ["VERA120523", "Avatar", 7],
    ["VERE311299", "Avatar", 7],
  ],
  [
    ["VERC0000", "OUTM110523", "Amélie", 1],
    ["ATWC0001", "ATWM120523", 'Say "Hi" \\ / <&>', 999_999],
    ["OUTC0001", "ATWM120523", "🎬 \u2028\u007f", 2],
    ["ATWC0001", "VERA120523", "Avatar", 3],
    ["ATWC0002", "VERA120523", "Avatar", 4],
  ],
);

/** Exports and imports. The digests were computed apart from this project, as `printf %s STATE | sha256sum` does. */
export const transfers: readonly Rule[] = [
  {
    rule: "nothing is a state too, with the digest of two empty lists",
    check: (conversation) =>
      expectOutputs(
        conversation,
        [{ import: given([]) }, { export: true }],
        [{ ready: true }, { state: [[], []], digest: emptyDigest }],
      ),
  },
  {
    rule: "what is imported is exported, and its digest is taken over JSON without spaces in UTF-8, unescaped",
    check: (conversation) =>
      expectOutputs(
        conversation,
        [{ import: rich }, { export: true }],
        [{ ready: true }, { state: rich, digest: richDigest }],
      ),
  },
  {
    rule: "an import takes the place of all that was there",
    check: async (conversation) => {
      const after = given([["ATWM120523", "Avatar", 5]], [["ATWC0001", "ATWM120523", "Avatar", 5]]);
      const asked = inputsOf([
        schedule("ATWC0002").gives({ bookings: [] }),
        list("Amélie").gives({ shows: [] }),
        book("ATWC0001", "ATWM120523", "Avatar", 1).isRefused("SHOW_FULL"),
        book("ATWC0002", "VERA120523", "Avatar", 1).isRefused("NO_SUCH_SHOW"),
      ]);
      await expectOutputs(
        conversation,
        [{ import: rich }, { import: after }, ...asked.inputs, { export: true }],
        [{ ready: true }, { ready: true }, ...asked.outputs, { state: after, digest: afterDigest }],
      );
    },
  },
  {
    rule: "an import counts: imported bookings take seats",
    check: async (conversation) => {
      const asked = inputsOf([book("ATWC0003", "VERA120523", "Avatar", 1).isRefused("SHOW_FULL")]);
      await expectOutputs(conversation, [{ import: rich }, ...asked.inputs], [{ ready: true }, ...asked.outputs]);
    },
  },
  {
    rule: "an export changes nothing and is the same twice",
    check: (conversation) => {
      const exported = { state: rich, digest: richDigest };
      return expectOutputs(
        conversation,
        [{ import: rich }, { export: true }, { export: true }],
        [{ ready: true }, exported, exported],
      );
    },
  },
];

function inputsOf(steps: readonly Step[]): { readonly inputs: readonly Input[]; readonly outputs: readonly Output[] } {
  const inputs = requestsOf({ rule: "", steps });
  return { inputs, outputs: inputs.map(({ n }, index) => ({ n, result: steps[index]?.expected })) };
}

async function expectOutputs(
  conversation: Conversation,
  inputs: readonly Input[],
  expected: readonly Output[],
): Promise<void> {
  const outputs = await conversation.tell(inputs);
  for (const [index, output] of expected.entries()) {
    const difference = firstDifference("the line", output, outputs[index]);
    if (difference !== undefined) throw new RuleBroken(difference, "", linesTo(inputs, index));
  }
}

/** All lines where one import comes behind another: what the first one left behind is what the rule is about. */
function linesTo(inputs: readonly Input[], index: number): readonly Input[] {
  const imports = inputs.filter((input) => "import" in input);
  return imports.length > 1 ? inputs.slice(0, index + 1) : leadingTo(inputs, index);
}
