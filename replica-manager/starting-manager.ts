import type { InstantMs } from "../protocol/ids.ts";
import type { Received } from "../protocol/message.ts";
import type { Role } from "../protocol/role.ts";
import type { ManagerConfig } from "./config.ts";
import type { ManagerEffect, ManagerInput, Recovered } from "./effect.ts";
import { Manager } from "./manager.ts";
import { loadingStatus } from "./status.ts";

/** What happens to a manager that has just been started. */
export type StartingInput =
  /** The data is being read: so many bytes of so many. */
  | { readonly kind: "loading"; readonly done: number; readonly total: number }
  /** The data is read; what it holds, and whose it is, is known now. */
  | { readonly kind: "opened"; readonly incarnation: string; readonly recovered: Recovered }
  | ManagerInput;

/** A manager from its start on: while its data is being read it only tells how far that is, then it is a manager. */
export class StartingManager implements Role<StartingInput, ManagerEffect> {
  readonly #config: Omit<ManagerConfig, "incarnation">;
  #loading = { done: 0, total: 1 };
  #hasRoom = true;
  #manager: Manager | undefined;

  constructor(config: Omit<ManagerConfig, "incarnation">) {
    this.#config = config;
  }

  step(now: InstantMs, input: StartingInput): readonly ManagerEffect[] {
    if (input.kind === "opened") {
      this.#manager = new Manager({ ...this.#config, incarnation: input.incarnation });
      const effects = this.#manager.step(now, { kind: "recovered", recovered: input.recovered });
      return this.#hasRoom ? effects : [...effects, ...this.#manager.step(now, { kind: "room", hasRoom: false })];
    }
    if (input.kind === "loading") {
      this.#loading = { done: input.done, total: input.total };
      return [];
    }
    if (input.kind === "room") this.#hasRoom = input.hasRoom;
    if (this.#manager !== undefined) return this.#manager.step(now, input);
    return input.kind === "messages" ? input.messages.flatMap((received) => this.#answer(received)) : [];
  }

  #answer({ from, message }: Received): readonly ManagerEffect[] {
    if (message.kind !== "askStatus") return [];
    return [{ kind: "send", to: message.replyTo || from, message: loadingStatus(this.#config, this.#loading) }];
  }
}
