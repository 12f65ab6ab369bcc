// The benchmarks use these tables too, and import nothing of the tests.
export * from '../../bench/tables.ts';
