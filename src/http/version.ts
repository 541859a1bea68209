import manifest from "../../deno.json" with { type: "json" };

/** Tillpipe's version, as in `deno.json`. */
export const VERSION: string = manifest.version;

/** What every request to Sitoo and Ometria says of itself. */
export const USER_AGENT: string = `tillpipe/${VERSION}`;
