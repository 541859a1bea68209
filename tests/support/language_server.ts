/**
 * The language server that editors run for YAML, as a process of its own: `--stdio`.
 *
 * @module
 */
import "yaml-language-server";
