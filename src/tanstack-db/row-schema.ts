/** A Standard Schema (https://standardschema.dev) from one type to another. */
export interface RowSchema<INPUT = unknown, OUTPUT = INPUT> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => Validated<OUTPUT> | Promise<Validated<OUTPUT>>;
    readonly types?:
      | { readonly input: INPUT; readonly output: OUTPUT }
      | undefined;
  };
}

type Validated<OUTPUT> =
  | { readonly value: OUTPUT; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };
