/** Options of {@linkcode progressBar}. */
export interface ProgressBarOptions {
  /** From 0 to 1. */
  readonly share: number;
  /** Characters, the percentage not counted. @default 24 */
  readonly width?: number;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar that moves by eighths of a character, with its percentage. */
export function progressBar(options: ProgressBarOptions): string {
  const width = options.width ?? 24;
  const share = Math.min(1, Math.max(0, options.share));
  const eighths = Math.floor(share * width * 8);
  const full = "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${full.padEnd(width, "░")} ${percent} %`;
}
