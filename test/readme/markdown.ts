/** A fenced block of a page. */
export interface CodeBlock {
  /** What stands behind the fence; empty for a block of no language. */
  readonly language: string;
  readonly text: string;
}

/** A link of a page that leads to another file or to a heading of its own. */
export interface RelativeLink {
  /** As it stands in the page. */
  readonly target: string;
  /** Empty when the link stays on its page. */
  readonly path: string;
  readonly anchor: string | undefined;
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a page, in its order. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...page.matchAll(fence)].map(([, language = "", text = ""]) => ({ language, text }));
}

/** The inline codes of a page, without their marks. */
export function inlineCodes(page: string): readonly string[] {
  return [...page.replace(fence, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** The links and images of a page that do not name another host, those in code left out. */
export function relativeLinks(page: string): readonly RelativeLink[] {
  const prose = page.replace(fence, "").replace(/`[^`\n]*`/g, "code");
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)];
  const defined = [...prose.matchAll(/^\[[^\]]+\]: *(\S+)/gm)];
  return [...inline, ...defined]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map(linkOf);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(page: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...page.replace(fence, "").matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

function linkOf(target: string): RelativeLink {
  const [path = "", anchor] = target.split("#");
  return { target, path: decodeURIComponent(path), anchor };
}

function anchorOf(heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  return text.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
}
