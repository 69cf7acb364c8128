/** A core that forgets a kind. */
export function missesCase(kind: "order" | "reply"): number {
  let size = 0;
  switch (kind) {
    case "order":
      size = 1;
  }
  return size;
}
