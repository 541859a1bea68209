import { assertEquals } from "../../std/assert.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import { SetClock, setClock } from "./set_clock.ts";

Deno.test("SetClock shows another time once it is set, and goes on as before", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const base = new ManualClock(1_000_000);
    await setClock(`${folder}/clock`, 0);
    const clock = new SetClock(base, `${folder}/clock`);
    assertEquals([clock.now(), clock.monotonic()], [1_000_000, 0]);
    await setClock(`${folder}/clock`, -75_000);
    assertEquals([clock.now(), clock.monotonic()], [925_000, 0]);
    const slept = clock.sleep(500, new AbortController().signal);
    await base.advance(500);
    await slept;
    assertEquals([clock.now(), clock.monotonic()], [925_500, 500]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
