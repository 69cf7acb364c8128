import { expect } from "chai";
import type { Conversation, Input } from "./conversation.ts";
import { book, given, list, requestsOf, schedule } from "./step.ts";

/** A rule about exports and imports, with the conversation that shows it. */
export interface Transfer {
  readonly rule: string;
  readonly check: (conversation: Conversation) => Promise<void>;
}

const emptyDigest = "643d5437104296e21d906ecb15b2c96ad278f20cfc4af53b12bb6069bd853726";
const richDigest = "aafca4388e0f0b47a7b3b90ae7203ffe55dd8e7cbbdaa0dda51c4ef0b3f51e6f";

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
export const transfers: readonly Transfer[] = [
  {
    rule: "nothing is a state too, with the digest of two empty lists",
    check: async (conversation) => {
      const outputs = await conversation.tell([{ import: given([]) }, { export: true }]);
      expect(outputs).to.deep.equal([{ ready: true }, { state: [[], []], digest: emptyDigest }]);
    },
  },
  {
    rule: "what is imported is exported, and its digest is taken over JSON without spaces in UTF-8, unescaped",
    check: async (conversation) => {
      const outputs = await conversation.tell([{ import: rich }, { export: true }]);
      expect(outputs).to.deep.equal([{ ready: true }, { state: rich, digest: richDigest }]);
    },
  },
  {
    rule: "an import takes the place of all that was there",
    check: async (conversation) => {
      const after = given([["ATWM120523", "Avatar", 5]], [["ATWC0001", "ATWM120523", "Avatar", 5]]);
      const asked: readonly Input[] = requestsOf({
        rule: "",
        steps: [
          schedule("ATWC0002").gives({ bookings: [] }),
          list("Amélie").gives({ shows: [] }),
          book("ATWC0001", "ATWM120523", "Avatar", 1).isRefused("SHOW_FULL"),
          book("ATWC0002", "VERA120523", "Avatar", 1).isRefused("NO_SUCH_SHOW"),
        ],
      });
      const outputs = await conversation.tell([{ import: rich }, { import: after }, ...asked, { export: true }]);
      expect(outputs.slice(2, -1).map((output) => output["result"])).to.deep.equal([
        { outcome: "OK", bookings: [] },
        { outcome: "OK", shows: [] },
        { outcome: "REFUSED", reason: "SHOW_FULL" },
        { outcome: "REFUSED", reason: "NO_SUCH_SHOW" },
      ]);
      expect(outputs.at(-1)).to.have.property("state").that.deep.equals(after);
    },
  },
  {
    rule: "an import counts: imported bookings take seats",
    check: async (conversation) => {
      const requests = requestsOf({
        rule: "",
        steps: [book("ATWC0003", "VERA120523", "Avatar", 1).isRefused("SHOW_FULL")],
      });
      const outputs = await conversation.tell([{ import: rich }, ...requests]);
      expect(outputs[1]).to.deep.equal({ n: 1, result: { outcome: "REFUSED", reason: "SHOW_FULL" } });
    },
  },
  {
    rule: "an export changes nothing and is the same twice",
    check: async (conversation) => {
      const [, first, second] = await conversation.tell([{ import: rich }, { export: true }, { export: true }]);
      expect(second).to.deep.equal(first);
    },
  },
];
