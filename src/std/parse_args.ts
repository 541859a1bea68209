// @ts-types="./parse_args.d.ts"
export * from "@std/cli/parse-args";
