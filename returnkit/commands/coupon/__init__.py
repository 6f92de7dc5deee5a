"""The commands of `returnkit coupon`, a file for each verb."""
