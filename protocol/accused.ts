/** Names one replica: the one that a manager started as its `generation`-th. */
export interface Accused {
  readonly slot: number;
  readonly incarnation: string;
  readonly generation: number;
}

/** True when both name the same start of the same manager's replica. */
export function isSameReplica(a: Accused, b: Accused): boolean {
  return a.slot === b.slot && a.incarnation === b.incarnation && a.generation === b.generation;
}
