// One file an API: the package's own `async/mod.js` misses a file that it imports.
export { abortable } from "@std/async/abortable";
export { deadline } from "@std/async/deadline";
export { delay } from "@std/async/delay";
export { pooledMap } from "@std/async/pool";
export { retry, RetryError } from "@std/async/retry";
