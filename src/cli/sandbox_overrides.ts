import type { Sandbox } from "../sandbox/mod.ts";

/** The user name and password that the sandbox's webhook calls carry. */
export const SANDBOX_WEBHOOK = {
  username: "sandbox",
  password: "sandbox-webhook-password",
} as const;

/** The parts of a sandbox that a pipeline has to know. */
export interface SandboxAccounts {
  readonly sitoo: Pick<Sandbox["sitoo"], "accountUrl" | "apiId" | "apiKey">;
  readonly ometria: Pick<Sandbox["ometria"], "apiUrl" | "apiKey" | "emailApiKey">;
}

/** What else is changed. */
export interface SandboxOverrideOptions {
  /** Sends receipts, whatever the file says. */
  readonly receipts: boolean;
}

type Tree = Readonly<Record<string, unknown>>;

/**
 * Makes what puts the sandbox in place of everything outside: both connections, every credential, the
 * alerts. All else stays as the file has it, but for the waits that would make a demonstration long.
 */
export function sandboxOverrides(
  accounts: SandboxAccounts,
  options: SandboxOverrideOptions,
): (tree: unknown) => unknown {
  const { sitoo, ometria } = accounts;
  return function override(tree: unknown): unknown {
    if (!isTree(tree)) return tree;
    return {
      ...tree,
      connections: {
        sitoo: {
          account_url: sitoo.accountUrl,
          api_id: sitoo.apiId,
          api_key: sitoo.apiKey,
          gap: "0ms",
        },
        ometria: {
          account: "sandbox",
          api_url: ometria.apiUrl,
          api_key: ometria.apiKey,
          email_api_key: ometria.emailApiKey,
          push_rate: "7/s",
          read_rate: "3/s",
          email_rate: "9/s",
        },
      },
      alerts: {},
      sources: changeStages(tree["sources"], { "sitoo-webhook": { ...SANDBOX_WEBHOOK } }),
      sinks: changeStages(tree["sinks"], {
        "ometria-orders": { settle: "500ms" },
        "ometria-email": {
          enabled: options.receipts,
          on: "receipt-requested",
          sandbox: false,
        },
      }),
    };
  };
}

/** Changes options of the stages that are named, and leaves everything else as it is. */
function changeStages(list: unknown, changes: Readonly<Record<string, Tree>>): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((entry: unknown) => {
    const use = isTree(entry) ? entry["use"] : undefined;
    if (!isTree(entry) || typeof use !== "string" || !Object.hasOwn(changes, use)) return entry;
    const given = isTree(entry["with"]) ? entry["with"] : {};
    return { ...entry, with: { ...given, ...changes[use] } };
  });
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
