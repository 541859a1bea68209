import project from "../../deno.json" with { type: "json" };

/** What spans and metrics say that they come from. */
export const SCOPE: { readonly name: string; readonly version: string } = {
  name: "tillpipe",
  version: project.version,
};
