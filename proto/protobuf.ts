/**
 * Sets the protobuf runtime up before the generated code is loaded: 64-bit integers are plain numbers (the
 * generated prototypes ask for Long while they load) and unknown fields are skipped instead of kept.
 * Must be imported before `generated/backproof.js`.
 */
import protobuf from 'protobufjs/minimal.js';

const runtime = protobuf as unknown as {
  util: { Long: unknown };
  Reader: { discardUnknown: boolean };
  configure(): void;
};
runtime.util.Long = null;
runtime.configure();
runtime.Reader.discardUnknown = true;
