import { makeChapters } from "../../conformance/chapters.ts";
import { sha256 } from "../../conformance/module-subject.ts";
import { sturdyConversation } from "../../conformance/sturdy-conversation.ts";
import { commandSubjects, moduleSubjects, versionProcesses } from "./subjects.ts";

for (const subject of [...moduleSubjects, ...versionProcesses, ...commandSubjects]) {
  describe(`booking rules in ${subject.name}`, function () {
    this.timeout(20_000);
    const conversation = sturdyConversation(subject);
    after(async () => {
      await conversation.close();
    });
    for (const { title, rules } of makeChapters(sha256)) {
      describe(title, () => {
        for (const { rule, check } of rules) it(rule, () => check(conversation, subject));
      });
    }
  });
}
