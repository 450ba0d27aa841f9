import type { LoggerService } from '@nestjs/common';
import pino from 'pino';
import { isColorSupported, prettyFactory } from 'pino-pretty';
import { logOptionsSchema, type LogOptions, type ParsedLogOptions } from './log.options';
import { readArguments } from './nest-arguments';
import { redact } from './redaction';
import { RotatedFile } from './rotated-file';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
/** Takes whole lines, each with its line break. */
export interface LogOutput { write(line: string): unknown }

const NEST_CONTEXTS: ReadonlySet<unknown> = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** The process's log: Nest's LoggerService on pino. Keys are taken out of every line, whoever wrote it. */
export class CortexLogger implements LoggerService {
  private constructor(private readonly logger: pino.Logger, private readonly sinks: Set<LogOutput>, private readonly file: RotatedFile | undefined) {}

  /** Standard output unless `output` is given, and the file where the options name a directory. @throws when that cannot be opened */
  static async open(options: LogOptions = {}, output?: LogOutput): Promise<CortexLogger> {
    const parsed = logOptionsSchema.parse(options);
    const screen = screenOf(parsed, output);
    const file = await openFile(parsed, pino(pinoOptions(parsed), screen));
    const sinks = new Set(file ? [screen, file] : [screen]);
    const logger = pino(pinoOptions(parsed), { write: (line) => sinks.forEach((sink) => sink.write(line)) });
    return new CortexLogger(logger, sinks, file);
  }

  /** One line with fields of bounded size: never a body, a text or a key. */
  write(level: LogLevel, fields: Readonly<Record<string, unknown>>, message: string): void {
    this.logger[level](fields, message);
  }

  isEnabled(level: LogLevel): boolean {
    return this.logger.isLevelEnabled(level);
  }

  /** Brings the file to disk and closes it; what is logged later goes to standard output only. */
  async close(): Promise<void> {
    if (!this.file || !this.sinks.delete(this.file)) return;
    await this.file[Symbol.asyncDispose]();
  }

  /** What Nest says of its own start (routes, modules) is for who debugs it. */
  log(message: unknown, ...rest: unknown[]): void {
    this.#write(NEST_CONTEXTS.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  #write(level: LogLevel, message: unknown, rest: readonly unknown[]): void {
    if (!this.isEnabled(level)) return;
    const entry = readArguments(message, rest);
    this.logger[level](entry.fields, entry.message);
  }
}

/** What goes wrong with the file is said on the screen. */
async function openFile({ directory, fileBytes, filesKept }: ParsedLogOptions, screen: pino.Logger): Promise<RotatedFile | undefined> {
  if (directory === undefined) return undefined;
  return RotatedFile.open({ directory, fileBytes, filesKept }, (problem) => screen.error({ problem }, 'the log file cannot be written'));
}

function pinoOptions({ level }: ParsedLogOptions): pino.LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { streamWrite: redact },
  };
}

/** Lines are made pretty in this thread, at once: there is nothing to flush when the process ends. */
function screenOf({ format }: ParsedLogOptions, output: LogOutput | undefined): LogOutput {
  const target = output ?? pino.destination({ dest: 1, sync: true });
  if (format === 'json') return { write: (line) => void target.write(line) };
  const pretty = prettyFactory({ colorize: !output && isColorSupported, ignore: 'context', messageFormat: '{if context}[{context}] {end}{msg}' });
  return { write: (line) => void target.write(pretty(line)) };
}
