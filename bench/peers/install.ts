import * as z from "zod";

/** A program that cannot be had on this machine; the message says why, for people. */
export class InstallError extends Error {
  override name = "InstallError";
}

/** The Node that peers run on: it also takes TypeScript. */
export const nodeVersion = "26.10.0";
const manifest = z.object({ version: z.string() });

/**
 * Puts packages of npm below `folder`, unless these very versions are there; nothing in them is run meanwhile.
 * Throws `InstallError`.
 */
export async function npmInstall(
  folder: string,
  packages: Readonly<Record<string, string>>,
): Promise<void> {
  const wanted = Object.entries(packages);
  const there = await Promise.all(wanted.map(([name]) => installed(folder, name)));
  if (wanted.every(([, version], index) => there[index] === version)) return;
  await Deno.mkdir(folder, { recursive: true });
  await command("npm", [
    ..."install --ignore-scripts --omit=optional --no-audit --no-fund --no-package-lock".split(" "),
    ...["--prefix", folder],
    ...wanted.map(([name, version]) => `${name}@${version}`),
  ], folder);
}

/** The executable of a pinned Node below `folder`. Throws `InstallError`. */
export async function nodeInstall(folder: string): Promise<string> {
  const name = `node-${platform()}`;
  await npmInstall(`${folder}/node`, { [name]: nodeVersion });
  return `${folder}/node/node_modules/${name}/bin/node`;
}

/** This machine as packages with executables name it, such as `linux-x64`. Throws `InstallError`. */
export function platform(): string {
  const { os, arch } = Deno.build;
  if (os !== "linux") throw new InstallError(`There is no package of it for ${os}`);
  return `linux-${arch === "x86_64" ? "x64" : "arm64"}`;
}

/**
 * Unpacks packages of Debian, with what they need and this machine lacks, below `folder`: nothing is installed,
 * and nobody has to be root. Throws `InstallError`.
 */
export async function debInstall(
  folder: string,
  packages: Readonly<Record<string, string>>,
): Promise<void> {
  const wanted = Object.entries(packages).map(([name, version]) => `${name}=${version}`);
  const stamp = `${folder}/unpacked`;
  if (await Deno.readTextFile(stamp).catch(() => "") === wanted.join(" ")) return;
  await Deno.mkdir(folder, { recursive: true });
  const plan = await command(
    "apt-get",
    ["install", "--simulate", "--no-install-recommends", ...wanted],
    folder,
  );
  await command("apt-get", ["download", ...lacking(plan)], folder);
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".deb")) await command("dpkg-deb", ["-x", name, "root"], folder);
  }
  await Deno.writeTextFile(stamp, wanted.join(" "));
}

/** The packages that a simulated `apt-get install` would put on, as `NAME=VERSION`. */
export function lacking(plan: string): readonly string[] {
  return [...plan.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) /gm)].map(([, name, version]) =>
    `${name}=${version}`
  );
}

/** Runs a program to its end, and gives what it printed. Throws `InstallError` with its last complaint. */
export async function command(
  name: string,
  args: readonly string[],
  cwd: string,
): Promise<string> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(name, { args: [...args], cwd })
      .output();
    if (success) return new TextDecoder().decode(stdout);
    const complaints = new TextDecoder().decode(stderr).trim().split("\n");
    throw new InstallError(`${name} failed: ${firstComplaint(complaints)}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new InstallError(`There is no ${name} here`);
    throw error;
  }
}

function firstComplaint(lines: readonly string[]): string {
  return lines.find((line) => /err|^E:/i.test(line)) ?? lines.at(-1) ?? "it said nothing";
}

async function installed(folder: string, name: string): Promise<string | undefined> {
  try {
    const text = await Deno.readTextFile(`${folder}/node_modules/${name}/package.json`);
    return manifest.parse(JSON.parse(text)).version;
  } catch {
    return undefined;
  }
}
