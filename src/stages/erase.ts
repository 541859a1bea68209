import type { RecordType } from "../records/record_type.ts";
import type { AnyOrderSink, AnyTransform, Input, OrderSink, Transform } from "./contract.ts";

/** The transform with its types checked at run time instead of by the compiler. */
export function eraseTransform<In, Out>(transform: Transform<In, Out>): AnyTransform {
  return {
    takes: transform.takes,
    gives: transform.gives,
    apply: async (inputs, signal) =>
      await transform.apply(inputs.map((input) => narrow(transform.takes, input)), signal),
    ...(transform.ids === undefined ? {} : { ids: transform.ids }),
    ...(transform.zone === undefined ? {} : { zone: transform.zone.bind(transform) }),
    ...(transform.places === undefined ? {} : { places: transform.places }),
    ...(transform.ready === undefined ? {} : { ready: transform.ready.bind(transform) }),
  };
}

/** The sink with what it takes checked at run time instead of by the compiler. */
export function eraseOrderSink<In>(sink: OrderSink<In>): AnyOrderSink {
  return {
    sink: sink.sink,
    takes: sink.takes,
    batchSize: sink.batchSize,
    settle: sink.settle,
    encode: (record) => sink.encode(expectRecord(sink.takes, record)),
    deliver: (batch, signal, options) => sink.deliver(batch, signal, options),
  };
}

function narrow<T>(type: RecordType<T>, input: Input<unknown>): Input<T> {
  return { record: expectRecord(type, input.record), facts: input.facts };
}

function expectRecord<T>(type: RecordType<T>, record: unknown): T {
  if (!type.is(record)) throw new TypeError(`Cannot pass the record on: it is no ${type.name}`);
  return record;
}
