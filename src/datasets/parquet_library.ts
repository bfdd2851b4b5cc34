/**
 * The library that reads Parquet, in the one version that is used.
 *
 * @module
 */
export {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from "npm:hyparquet@1.33.0";
