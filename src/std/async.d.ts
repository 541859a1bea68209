export interface DelayOptions {
  signal?: AbortSignal;
  /** Whether the timer keeps the process alive. @default true */
  persistent?: boolean;
}
export function delay(ms: number, options?: DelayOptions): Promise<void>;
export function deadline<T>(
  promise: Promise<T>,
  ms: number,
  options?: { signal?: AbortSignal },
): Promise<T>;
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T>;
export interface RetryOptions {
  multiplier?: number;
  maxTimeout?: number;
  minTimeout?: number;
  maxAttempts?: number;
  jitter?: number;
  isRetriable?: (error: unknown) => boolean;
  signal?: AbortSignal;
}
export class RetryError extends Error {}
export function retry<T>(fn: () => Promise<T> | T, options?: RetryOptions): Promise<T>;
export function pooledMap<T, R>(
  poolLimit: number,
  array: Iterable<T> | AsyncIterable<T>,
  iteratorFn: (data: T) => Promise<R>,
): AsyncIterableIterator<R>;
