import sqlite from "node-sqlite3-wasm";
import { assert } from "../../protocol/assert.ts";

/** What a statement is given and what a column holds; numbers are whole and far below 2^53. */
export type Value = number | string | null;

/** Values by the names that the text of a statement has for them: `movieID` for `:movieID`. */
export type Parameters = Readonly<Record<string, Value>>;

/**
 * One SQLite database in the memory of this process. What the engine cannot do (a constraint broken, no memory left)
 * is thrown as its own error: the tables are as they were, but the version is wrong and its process has to end.
 */
export class Engine {
  readonly #database = new sqlite.Database(":memory:");

  /** `schema` is SQL that makes the tables. */
  constructor(schema: string) {
    this.#database.exec(schema);
  }

  /** Compiles one statement; `Row` is the shape of its rows, which only its text can promise. */
  prepare<Row>(sql: string): Statement<Row> {
    return new Statement(this.#database.prepare(sql), sql);
  }

  /** Executes SQL that has neither parameters nor rows. */
  run(sql: string): void {
    this.#database.exec(sql);
  }

  /** Does several statements as one: all of them, or none when one throws. */
  atomically(work: () => void): void {
    this.#database.exec("BEGIN");
    try {
      work();
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
    this.#database.exec("COMMIT");
  }
}

/** A compiled statement. No call leaves it half done, so that nothing is read while something else writes. */
export class Statement<Row> {
  readonly #compiled: ReturnType<InstanceType<typeof sqlite.Database>["prepare"]>;
  readonly #names: readonly string[];

  /** SQLite numbers the parameters in the order in which their names first come. */
  constructor(compiled: ReturnType<InstanceType<typeof sqlite.Database>["prepare"]>, sql: string) {
    this.#compiled = compiled;
    this.#names = [...new Set(Array.from(sql.matchAll(/:([a-zA-Z]+)/g), ([, name = ""]) => name))];
  }

  /** All rows, in order. */
  all(parameters: Parameters = {}): readonly Row[] {
    return this.#compiled.all(this.#inOrder(parameters)) as unknown as readonly Row[];
  }

  /** The row of a statement that always has exactly one. */
  one(parameters: Parameters = {}): Row {
    const rows = this.all(parameters);
    const [row] = rows;
    assert(row !== undefined && rows.length === 1, "a judgement is one row");
    return row;
  }

  /** Executes a statement without rows. */
  run(parameters: Parameters = {}): void {
    this.#compiled.run(this.#inOrder(parameters));
  }

  #inOrder(parameters: Parameters): Value[] {
    return this.#names.map((name) => {
      const value = parameters[name];
      assert(value !== undefined, "every parameter of a statement is given");
      return value;
    });
  }
}
