export function format(
  bytes: number,
  options?: { binary?: boolean; bits?: boolean; maximumFractionDigits?: number },
): string;
