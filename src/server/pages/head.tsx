import type { JSX } from "hono/jsx/jsx-runtime";
import { VERSION } from "../../http/version.ts";

/** Properties of {@linkcode Head}. */
export interface HeadProps {
  readonly title: string;
  /** What the content policy lets style and script load by. */
  readonly nonce: string | undefined;
  /** Whether the page keeps itself up to date where scripts run. @default false */
  readonly live?: boolean;
}

/** The head of every page: its own style, its own script, nothing from anywhere else. */
export function Head({ title, nonce, live = false }: HeadProps): JSX.Element {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Tillpipe`}</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href={`/assets/operator.css?v=${VERSION}`} nonce={nonce} />
      {live ? <script src={`/assets/operator.js?v=${VERSION}`} nonce={nonce} defer></script> : ""}
    </head>
  );
}
