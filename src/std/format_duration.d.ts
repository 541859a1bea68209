export function format(
  ms: number,
  options?: { style?: "narrow" | "full" | "digital"; ignoreZero?: boolean },
): string;
