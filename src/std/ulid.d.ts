export function ulid(seedTime?: number): string;
export function monotonicUlid(seedTime?: number): string;
export function decodeTime(id: string): number;
