/* The style sheet of a report, as it stands in the file. */
	.section .rodata
	.balign 8
	.globl report_style_size
	.hidden report_style_size
	.type report_style_size, %object
	.size report_style_size, 8
report_style_size:
	.quad 1f - report_style

	.globl report_style
	.hidden report_style
	.type report_style, %object
report_style:
	.incbin "src/report/style.css"
1:
	.size report_style, 1b - report_style

	.section .note.GNU-stack, "", %progbits
