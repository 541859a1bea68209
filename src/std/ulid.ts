// @ts-types="./ulid.d.ts"
export * from "@std/ulid";
