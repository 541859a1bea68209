// @ts-types="./async.d.ts"
export * from "@std/async";
