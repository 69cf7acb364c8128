import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { readExportedState } from "../../replica-manager/exported-state.ts";

const state = '[[["ATWM130523","Amélie",5]],[]]';
const digest = sha256(state);

describe("an exported state", () => {
  it("is taken as it stands where the digest is that of its very characters", () => {
    const line = `{"state":${state},"digest":"${digest}"}`;
    expect(readExportedState(line, sha256)).to.deep.equal({ text: state, digest });
  });

  it("is brought into its canonical form where it came with spaces, in another order or escaped", () => {
    for (const line of [
      `{ "state": ${state}, "digest": "${digest}" }`,
      `{"digest":"${digest}","state":${state}}`,
      `{"state":${state.replace("é", "\\u00e9")},"digest":"${digest}"}`,
    ]) {
      expect(readExportedState(line, sha256), line).to.deep.equal({ text: state, digest });
    }
  });

  it("has the digest that it really has, whatever the replica says", () => {
    const line = `{"state":${state},"digest":"${"0".repeat(64)}"}`;
    expect(readExportedState(line, sha256)).to.deep.equal({ text: state, digest });
  });

  it("is none without a state, without a digest, or without JSON", () => {
    for (const line of [
      "",
      "null",
      "[]",
      '{"state":{}}',
      `{"state":${state}}`,
      `{"digest":"${digest}"}`,
      `{"state":${state}`,
    ]) {
      expect(readExportedState(line, sha256), line).to.equal(undefined);
    }
  });
});
