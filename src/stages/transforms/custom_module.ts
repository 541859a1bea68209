import type { CustomTransform } from "../custom_transform.ts";

/**
 * Loads a module and checks its default export.
 *
 * @param specifier as the pipeline file has it, for messages
 * @param url where it is
 * @throws {Error} when it cannot be loaded
 * @throws {TypeError} when it exports something else
 */
export async function loadCustom(specifier: string, url: string): Promise<CustomTransform> {
  const transform = await importDefault(specifier, url);
  if (!isCustomTransform(transform)) {
    throw new TypeError(
      `Cannot use the custom transform "${specifier}": its default export needs takes ("sitoo-order" or ` +
        `"ometria-order") and a function apply`,
    );
  }
  return transform;
}

async function importDefault(specifier: string, url: string): Promise<unknown> {
  try {
    const module: unknown = await import(url);
    const exports = typeof module === "object" && module !== null && "default" in module;
    return exports ? module.default : undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot load the custom transform "${specifier}": ${reason}`, { cause: error });
  }
}

function isCustomTransform(value: unknown): value is CustomTransform {
  return typeof value === "object" && value !== null && "takes" in value && "apply" in value &&
    (value.takes === "sitoo-order" || value.takes === "ometria-order") &&
    typeof value.apply === "function";
}
