/* The postal code table, as it stands in the file. */
	.section .rodata
	.balign 8
	.globl centroid_table_size
	.hidden centroid_table_size
	.type centroid_table_size, %object
	.size centroid_table_size, 8
centroid_table_size:
	.quad 1f - centroid_table

	.globl centroid_table
	.hidden centroid_table
	.type centroid_table, %object
centroid_table:
	.incbin "src/dailystory/us_zip_centroids.csv"
1:
	.size centroid_table, 1b - centroid_table

	.section .note.GNU-stack, "", %progbits
