/**
 * Unless this is set before its first session, ONNX Runtime tells its maker what runs where, and keeps a number for the
 * machine in the user's home.
 */
export const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' } as const;

// Of the process itself, which is what the native library reads on every thread.
Object.assign(process.env, NO_TELEMETRY);
