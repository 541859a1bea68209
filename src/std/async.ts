// @ts-types="./async.d.ts"
export * from "./_async.js";
