/** Decides how much may be: admits work by its predicted cost, orders who waits, refuses at the door. */
export { Governor, type GovernorState } from './lib/governor';
/** Options with their defaults, for parsing an application's configuration. */
export { governorOptionsSchema, type GovernorConfiguration, type GovernorOptions } from './lib/governor.options';
/** The right to use part of the budget; released by `using`. */
export { Permit } from './lib/permit';
/** The refusals, with their figures. */
export { DeadlineUnreachableError, OverloadedError } from './lib/admission.errors';
/** The Nest face. */
export { ResourceGovernorModule } from './lib/resource-governor.module';
