/** A step that failed for a reason its message says in full: shown without a stack. */
export class StepFailed extends Error {
  name = "StepFailed";
}
