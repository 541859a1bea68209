/** The same thing with some of its parts replaced; everything else is done by the original. */
export function withMethods<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get: (original, name): unknown => {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const part: unknown = Reflect.get(original, name);
      return typeof part === "function" ? part.bind(original) : part;
    },
  });
}
