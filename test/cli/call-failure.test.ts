import { expect } from "chai";
import { type Attempt, failureOfCall, nextAfterRefusal } from "../../cli/call-failure.ts";
import { defaultUrl } from "../../cli/command-line.ts";
import { reasons } from "../../protocol/answer.ts";
import { faultCodes } from "../../protocol/call.ts";

const booking: Attempt = {
  url: defaultUrl,
  words: ["book", "ATWC1234", "ATWM211126", "La Strada", "2"],
  callerID: "ATWC1234",
  customerID: "ATWC1234",
  movieName: "La Strada",
  requestId: "cli-1",
};
const { requestId: _requestId, ...listing } = { ...booking, words: ["list", "La Strada"] };

function fault(code: string, applied: string) {
  return { kind: "fault", code, message: "Because.", applied } as const;
}

describe("the failure of a call", () => {
  const rows: readonly (readonly [code: string, applied: string, exitCode: number, next: string])[] = [
    ["INVALID_REQUEST", "notApplied", 2, "npx quartet help book"],
    ["UNSUPPORTED", "notApplied", 2, "npx quartet help book"],
    ["NOT_AUTHENTICATED", "notApplied", 1, "npx quartet help book"],
    ["NOT_PERMITTED", "notApplied", 1, "npx quartet help book"],
    ["REQUEST_ID_REUSED", "notApplied", 1, "npx quartet book ATWC1234 ATWM211126 'La Strada' 2"],
    ["BUSY", "notApplied", 3, "npx quartet book --request-id cli-1 ATWC1234 ATWM211126 'La Strada' 2"],
    ["NO_AGREEMENT", "unknown", 3, "npx quartet outcome ATWC1234 cli-1"],
    ["OUTCOME_UNKNOWN", "unknown", 3, "npx quartet outcome ATWC1234 cli-1"],
    ["A_CODE_OF_A_NEWER_SERVICE", "unknown", 3, "npx quartet outcome ATWC1234 cli-1"],
  ];
  for (const [code, applied, exitCode, next] of rows) {
    it(`${code} of a change ends with ${exitCode} and names ${next}`, () => {
      expect(failureOfCall(fault(code, applied), booking)).to.include({ code, exitCode, next, message: "Because." });
    });
  }

  it("has a row for every fault of the contract", () => {
    expect(rows.map(([code]) => code)).to.include.members([...faultCodes]);
  });

  it("of a listing names the same listing again", () => {
    const failure = failureOfCall(fault("NO_AGREEMENT", "notApplied"), listing);
    expect(failure).to.include({ exitCode: 3, next: "npx quartet list 'La Strada'" });
  });

  it("of a change that was sent and not answered is an unknown outcome with the id to ask for", () => {
    const failure = failureOfCall({ kind: "lost", detail: "ECONNRESET" }, booking);
    expect(failure).to.include({
      exitCode: 3,
      code: "OUTCOME_UNKNOWN",
      applied: "unknown",
      requestId: "cli-1",
      next: "npx quartet outcome ATWC1234 cli-1",
    });
  });

  it("of a change that was never sent is an unreachable service", () => {
    expect(failureOfCall({ kind: "unreachable", detail: "ECONNREFUSED" }, booking)).to.include({ exitCode: 4 });
  });

  it("names the service in the next command where it is not the default one", () => {
    const failure = failureOfCall(fault("BUSY", "notApplied"), { ...listing, url: "http://127.0.0.1:9" });
    expect(failure.next).to.equal("npx quartet list 'La Strada' --url http://127.0.0.1:9");
  });
});

describe("the next command after a refusal", () => {
  const expected: Readonly<Record<string, string>> = {
    NOT_PERMITTED: "npx quartet help book",
    DATE_IN_PAST: "npx quartet status",
    DATE_TOO_FAR: "npx quartet status",
    NO_SUCH_SHOW: "npx quartet list 'La Strada'",
    CAPACITY_BELOW_SOLD: "npx quartet list 'La Strada'",
    SAME_SHOW_ELSEWHERE: "npx quartet schedule ATWC1234",
    WEEKLY_LIMIT: "npx quartet schedule ATWC1234",
    SHOW_FULL: "npx quartet list 'La Strada'",
    NOT_BOOKED: "npx quartet schedule ATWC1234",
    NOT_ENOUGH_HELD: "npx quartet schedule ATWC1234",
    INVALID: "npx quartet help book",
  };
  for (const reason of reasons) {
    it(`of ${reason} is ${expected[reason]}`, () => {
      expect(nextAfterRefusal(reason, booking)).to.equal(expected[reason]);
    });
  }

  it("lists the movie to exchange for when it was that one that had no room", () => {
    expect(nextAfterRefusal("SHOW_FULL", { ...booking, newMovieName: "Ran" })).to.equal("npx quartet list Ran");
  });
});
